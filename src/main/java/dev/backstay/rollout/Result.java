package dev.backstay.rollout;

/** How a rollout ended. */
public enum Result {
  /** Every gateway is as the plan wanted it. */
  DONE("done"),
  /** Nothing was changed anywhere. */
  UNCHANGED("unchanged"),
  /** The change did harm, and every gateway it had reached is back in its old state. */
  ROLLED_BACK("rolled back"),
  /** The evidence allowed no verdict, so every gateway is back in its old state. */
  INCONCLUSIVE("inconclusive, rolled back"),
  /** Some gateways are changed and some are not, or one could not be read back. */
  PARTIAL("partly done, a person is needed");

  private final String words;

  Result(String words) {
    this.words = words;
  }

  public String words() {
    return words;
  }
}

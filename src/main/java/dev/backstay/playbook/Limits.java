package dev.backstay.playbook;

import java.util.Map;

/**
 * How much of a fleet a rollout may put at risk.
 *
 * @param failed how many gateways may fail before the rollout halts; none of the canary wave may
 * @param budgets the same for parts of the fleet: {@code site} and {@code tag:edge} name the parts,
 *     {@code site} each site by itself
 * @param parallel gateways that are under a lease at the same time, at least 1: a larger wave is
 *     cut
 * @param pairsApart whether members of a pair never stand in the same wave
 */
public record Limits(
    Allowance failed, Map<String, Allowance> budgets, int parallel, boolean pairsApart) {
  /** Gateways at once where the playbook does not say. */
  public static final int USUAL_PARALLEL = 50;

  /** One gateway that fails halts the rollout; pairs stay apart. */
  public static final Limits STRICT = new Limits(Allowance.NONE, Map.of(), USUAL_PARALLEL, true);

  public Limits {
    budgets = Map.copyOf(budgets);
  }

  /**
   * A number of gateways and a share of them; whichever is less counts.
   *
   * @param count 0 or more
   */
  public record Allowance(int count, Percent share) {
    public static final Allowance NONE = new Allowance(0, new Percent(Percent.WHOLE));

    /** Whether so many failed gateways are more than may fail. */
    public boolean exceededBy(int failed, int total) {
      return failed > count || share.exceededBy(failed, total);
    }

    /** As people write it. */
    @Override
    public String toString() {
      boolean all = share.hundredths() == Percent.WHOLE;
      return count == Integer.MAX_VALUE
          ? share.toString()
          : all ? "" + count : count + " or " + share;
    }
  }
}

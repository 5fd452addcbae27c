package dev.backstay.transaction;

/** Ends a transaction at one step; caught in {@link Transaction} and nowhere else. */
final class StepFailure extends RuntimeException {
  private final Step step;
  private final StepLog.Result result;

  StepFailure(Step step, StepLog.Result result, String why) {
    super(why);
    this.step = step;
    this.result = result;
  }

  Step step() {
    return step;
  }

  StepLog.Result result() {
    return result;
  }

  String why() {
    return String.valueOf(getMessage());
  }
}

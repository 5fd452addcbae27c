package dev.backstay.notify;

import java.time.Duration;

/** One try to bring a message to a target. */
interface Delivery {
  /**
   * @param id of the message
   * @param body in JSON
   */
  Outcome deliver(String id, String event, byte[] body, Duration limit) throws InterruptedException;

  /** What became of it. */
  sealed interface Outcome {
    record Delivered() implements Outcome {}

    /** Another try may help. */
    record NotNow(String why) implements Outcome {}

    /** It will be refused the next time too. */
    record Refused(String why) implements Outcome {}
  }
}

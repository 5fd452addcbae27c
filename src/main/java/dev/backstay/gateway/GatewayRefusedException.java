package dev.backstay.gateway;

/** A gateway answered, and the answer was no. */
public final class GatewayRefusedException extends RuntimeException {
  private final String gateway;
  private final String step;
  private final int status;
  private final String sentence;

  /**
   * @param step what was asked, in a word
   * @param status the program's exit status, 1 to 255
   * @param sentence the gateway's own words
   */
  public GatewayRefusedException(String gateway, String step, int status, String sentence) {
    super(gateway + ": " + step + ": " + sentence);
    this.gateway = gateway;
    this.step = step;
    this.status = status;
    this.sentence = sentence;
  }

  public String gateway() {
    return gateway;
  }

  public String step() {
    return step;
  }

  public int status() {
    return status;
  }

  public String sentence() {
    return sentence;
  }
}

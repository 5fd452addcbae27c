package dev.backstay.gateway;

/**
 * The answer of a gateway was not seen. What was asked may have been done, half done or not done at
 * all; only looking again tells.
 */
public final class GatewayLostException extends RuntimeException {
  private final String gateway;
  private final String why;

  public GatewayLostException(String gateway, String why) {
    super(gateway + ": no answer: " + why);
    this.gateway = gateway;
    this.why = why;
  }

  public String gateway() {
    return gateway;
  }

  /** A clause without a full stop. */
  public String why() {
    return why;
  }
}

package dev.backstay.drill;

/** Echo requests of a gateway's clients since the lab came up. */
record Pings(long sent, long received) {
  Pings since(Pings before) {
    return new Pings(sent - before.sent, received - before.received);
  }

  @Override
  public String toString() {
    return "%d of %d".formatted(sent - received, sent);
  }
}

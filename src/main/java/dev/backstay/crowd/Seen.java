package dev.backstay.crowd;

/**
 * What a client has seen so far.
 *
 * @param initiations that it has sent
 * @param handshakes that were completed, whoever began them
 * @param called those of them that the gateway began
 * @param undecryptable responses: the preshared key is another one
 * @param cookies that it was given
 * @param received data packets, keepalives counted
 */
public record Seen(
    int initiations, int handshakes, int called, int undecryptable, int cookies, int received) {
  static final Seen NOTHING = new Seen(0, 0, 0, 0, 0, 0);

  Seen asked() {
    return new Seen(initiations + 1, handshakes, called, undecryptable, cookies, received);
  }

  Seen connected() {
    return new Seen(initiations, handshakes + 1, called, undecryptable, cookies, received);
  }

  Seen wasCalled() {
    return new Seen(initiations, handshakes + 1, called + 1, undecryptable, cookies, received);
  }

  Seen couldNotDecrypt() {
    return new Seen(initiations, handshakes, called, undecryptable + 1, cookies, received);
  }

  Seen gotCookie() {
    return new Seen(initiations, handshakes, called, undecryptable, cookies + 1, received);
  }

  Seen gotData() {
    return new Seen(initiations, handshakes, called, undecryptable, cookies, received + 1);
  }
}

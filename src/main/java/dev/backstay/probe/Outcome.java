package dev.backstay.probe;

import java.time.Duration;
import java.util.Optional;

/** How far a probe came. */
public sealed interface Outcome {
  /** Level 1, and nothing more was asked. */
  record Answered(Handshake handshake) implements Outcome {}

  /**
   * Level 3: as large a packet as the tunnel may carry went there and back.
   *
   * @param confirmed from the first data until the first data back: level 2
   * @param echo from the large packet until its answer
   */
  record Whole(Handshake handshake, Duration confirmed, Duration echo, int bytes)
      implements Outcome {}

  /**
   * Level 2: small packets pass, large ones do not.
   *
   * @param bytes the largest that passed; what pads packets leaves steps of 16
   * @param wanted what the tunnel should carry
   */
  record Narrow(Handshake handshake, Duration confirmed, Duration echo, int bytes, int wanted)
      implements Outcome {}

  /**
   * Level 2: the gateway sends data under the session, and no ping is answered.
   *
   * @param refusal what somebody inside of the tunnel said about that
   */
  record Unpinged(Handshake handshake, Duration confirmed, Optional<String> refusal)
      implements Outcome {}

  /**
   * Level 1: the handshake was answered, and then nothing came, not even the keepalive that a peer
   * owes whoever sends data.
   */
  record Stalled(Handshake handshake, Duration waited) implements Outcome {}

  /** The gateway knows our key, and its answer cannot be decrypted. */
  record OtherPresharedKey(Duration after) implements Outcome {}

  /** Cookies came, and no answer: the gateway is under load, and the server key is right. */
  record Loaded(int initiations, int cookies, Duration waited) implements Outcome {}

  /** Nothing came. */
  record Silent(int initiations, Duration waited) implements Outcome {}

  /**
   * Nothing came from where we asked, and an answer from another address of the gateway's.
   *
   * @param from where it came from, in digits
   */
  record Elsewhere(String from) implements Outcome {}

  /** The host says that nobody listens on this port. */
  record Refused(Duration after) implements Outcome {}

  /**
   * Nothing can be sent there.
   *
   * @param why in the words of the operating system
   */
  record Unreachable(String why) implements Outcome {}

  /** 0 for no answer, 1 for a response, 2 for a confirmed session, 3 for a full-size echo. */
  default int level() {
    return switch (this) {
      case Whole _ -> 3;
      case Narrow _, Unpinged _ -> 2;
      case Answered _, Stalled _ -> 1;
      case OtherPresharedKey _, Loaded _, Silent _, Elsewhere _, Refused _, Unreachable _ -> 0;
    };
  }

  /** Whether everything that was asked was answered. */
  default boolean reached() {
    return switch (this) {
      case Answered _, Whole _ -> true;
      case Narrow _,
          Unpinged _,
          Stalled _,
          OtherPresharedKey _,
          Loaded _,
          Silent _,
          Elsewhere _,
          Refused _,
          Unreachable _ ->
          false;
    };
  }

  /** Of the handshake, if there was one. */
  default Optional<Handshake> answered() {
    return switch (this) {
      case Answered(var handshake) -> Optional.of(handshake);
      case Whole(var handshake, _, _, _) -> Optional.of(handshake);
      case Narrow(var handshake, _, _, _, _) -> Optional.of(handshake);
      case Unpinged(var handshake, _, _) -> Optional.of(handshake);
      case Stalled(var handshake, _) -> Optional.of(handshake);
      case OtherPresharedKey _, Loaded _, Silent _, Elsewhere _, Refused _, Unreachable _ ->
          Optional.empty();
    };
  }
}

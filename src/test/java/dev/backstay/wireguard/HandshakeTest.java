package dev.backstay.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.problem.ProblemException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Both sides against each other, and against messages that were made elsewhere. */
final class HandshakeTest {
  /** Appendix B of the field guide; made by a program that was tried with wireguard-go. */
  private static final String INITIATION =
      "0100000004030201ff2ee45601ec1b67310c7790404585ae697331eee1c1f8cf2419731c1fff3e6b3b6f1324884f"
          + "7dfcb616f1440bce015ad114bc97a5052c5972a42150ca66244ee95bf0cd2c60d3d9addef329768c8c110e"
          + "d41251d4d6d77937d3cd3130fe06aeaa1615f583eb05f0b54eb3c0509d3190c9ec101ca02ee265c2dc88c8"
          + "00000000000000000000000000000000";

  private static final String RESPONSE =
      "02000000080706050403020138ab664bd86f77d7e66bdd9ae0792913a94fd8b33a1260027e4b46c1f4884c67af75"
          + "1ac33efc738d4ce93717a918424c5c65f0c6dba9ba46fa1f08b0c6eb481d"
          + "00000000000000000000000000000000";

  private static final String KEEPALIVE =
      "04000000080706050000000000000000408329df6253e34e1e2ae58c4bd22d8e";

  private static final int INDEX_I = 0x01020304;
  private static final int INDEX_R = 0x05060708;
  private static final Tai64n NOW = Tai64n.of(Instant.ofEpochSecond(1_700_000_000, 500_000_000));

  private static final int INITIATION_MAC2_AT = 132;
  private static final int RESPONSE_MAC2_AT = 76;

  private final SecureRandom random = new SecureRandom();
  private final PrivateKey client = Bytes.privateKey(Bytes.repeated(0x11));
  private final PrivateKey server = Bytes.privateKey(Bytes.repeated(0x22));
  private final PresharedKey preshared = Bytes.presharedKey(Bytes.repeated(0x33));
  private final Peering peering = Peering.of(client, server.publicKey(), preshared);
  private final Responder responder = new Responder(server);

  private Initiator initiator() {
    return Initiator.begin(
        peering, Bytes.privateKey(Bytes.repeated(0x44)), INDEX_I, NOW, Optional.empty());
  }

  private Responder.Response response(byte[] initiation) {
    return responder
        .hear(initiation)
        .orElseThrow()
        .respond(preshared, Bytes.privateKey(Bytes.repeated(0x55)), INDEX_R)
        .orElseThrow();
  }

  private static Session accepted(Answer answer) {
    assertThat(answer).isInstanceOf(Answer.Accepted.class);
    return ((Answer.Accepted) answer).session();
  }

  @Test
  void every_byte_of_the_three_messages_is_that_of_the_vectors() {
    assertThat(Bytes.hex(client.publicKey().point()))
        .isEqualTo("7b4e909bbe7ffe44c465a220037d608ee35897d31ef972f07f74892cb0f73f13");
    Initiator initiator = initiator();
    assertThat(Bytes.hex(initiator.message())).isEqualTo(INITIATION);
    Responder.Response response = response(initiator.message());
    assertThat(Bytes.hex(response.message())).isEqualTo(RESPONSE);
    Session session = accepted(initiator.read(response.message()));
    assertThat(Bytes.hex(session.keepalive())).isEqualTo(KEEPALIVE);
    assertThat(response.session().open(Bytes.hex(KEEPALIVE))).hasValue(new byte[0]);
  }

  @Test
  void the_responder_learns_who_called_and_when() {
    Responder.Heard heard = responder.hear(Bytes.hex(INITIATION)).orElseThrow();
    assertThat(heard.peer()).isEqualTo(client.publicKey());
    assertThat(heard.timestamp()).isEqualTo(NOW);
    assertThat(heard.index()).isEqualTo(INDEX_I);
  }

  @Test
  void data_goes_both_ways_once_the_handshake_is_done() {
    Initiator initiator = Initiator.begin(peering, NOW, Optional.empty(), random);
    Responder.Response response =
        responder.hear(initiator.message()).orElseThrow().respond(preshared, random).orElseThrow();
    Session ours = accepted(initiator.read(response.message()));
    Session theirs = response.session();
    byte[] packet = {1, 2, 3};
    assertThat(theirs.open(ours.seal(packet, 1420)).orElseThrow()).startsWith(packet).hasSize(16);
    assertThat(ours.open(theirs.seal(packet, 1420)).orElseThrow()).startsWith(packet).hasSize(16);
  }

  /** Only the second code is not authentic: without load nobody looks at it. */
  @Test
  void an_initiation_with_any_byte_altered_is_not_heard() {
    byte[] message = initiator().message();
    for (int at = 0; at < INITIATION_MAC2_AT; at++) {
      byte[] altered = Bytes.altered(message, at);
      boolean known = MessageType.of(altered).isPresent();
      assertThat(known && responder.hear(altered).isPresent()).as("byte " + at).isFalse();
    }
  }

  /** The first code alone would hide whether the encryption binds everything. */
  @Test
  void an_initiation_with_any_byte_altered_and_signed_anew_is_not_heard() {
    byte[] message = initiator().message();
    for (int at = 8; at < 116; at++) {
      byte[] altered = Bytes.altered(message, at);
      responder.macs().sign(altered, Optional.empty());
      assertThat(responder.macs().isMadeFor(altered)).isTrue();
      assertThat(responder.hear(altered)).as("byte " + at).isEmpty();
    }
  }

  @Test
  void a_response_with_any_byte_altered_is_not_accepted() {
    byte[] message = response(initiator().message()).message();
    MessageMacs macs = MessageMacs.towards(client.publicKey());
    for (int at = 4; at < RESPONSE_MAC2_AT; at++) {
      byte[] altered = Bytes.altered(message, at);
      assertThat(initiator().read(altered)).as("byte " + at).isInstanceOf(Answer.Stray.class);
      macs.sign(altered, Optional.empty());
      Answer answer = initiator().read(altered);
      // The responder's own index is the one thing that only the first code protects.
      boolean index = at < 8 || at >= 60;
      assertThat(answer instanceof Answer.Accepted).as("byte " + at).isEqualTo(index);
    }
    for (int at = 0; at < 4; at++) {
      assertThat(MessageType.of(Bytes.altered(message, at))).isEmpty();
    }
  }

  @Test
  void another_preshared_key_is_told_from_everything_else() {
    Responder.Response other =
        responder
            .hear(initiator().message())
            .orElseThrow()
            .respond(PresharedKey.none(), random)
            .orElseThrow();
    assertThat(initiator().read(other.message())).isInstanceOf(Answer.Undecryptable.class);
  }

  @Test
  void the_answer_to_another_initiation_means_nothing() {
    byte[] response = response(initiator().message()).message();
    Initiator other = Initiator.begin(peering, NOW, Optional.empty(), random);
    assertThat(other.read(response)).isInstanceOf(Answer.Stray.class);
  }

  @Test
  void anybody_can_tell_which_server_an_initiation_was_made_for() {
    byte[] initiation = Bytes.hex(INITIATION);
    PublicKey other = PrivateKey.generate(random).publicKey();
    assertThat(MessageMacs.towards(server.publicKey()).isMadeFor(initiation)).isTrue();
    assertThat(MessageMacs.towards(other).isMadeFor(initiation)).isFalse();
    assertThat(MessageMacs.towards(client.publicKey()).isMadeFor(Bytes.hex(RESPONSE))).isTrue();
    for (int at = 0; at < INITIATION_MAC2_AT; at++) {
      assertThat(MessageMacs.towards(server.publicKey()).isMadeFor(Bytes.altered(initiation, at)))
          .isFalse();
    }
    for (byte[] nothing : List.of(new byte[0], new byte[3], new byte[147], new byte[149])) {
      assertThat(responder.macs().isMadeFor(nothing)).isFalse();
      assertThat(responder.hear(nothing)).isEmpty();
    }
  }

  @Test
  void what_is_too_short_for_a_message_proves_nothing() {
    for (int length = 0; length < 148; length++) {
      byte[] message = new byte[length];
      Arrays.fill(message, (byte) 1);
      assertThat(responder.macs().proves(message, Cookie.generate(random))).isFalse();
    }
  }

  @Test
  void a_cookie_is_understood_by_whoever_was_to_get_it_and_proves_the_next_initiation() {
    Initiator first = initiator();
    Cookie cookie = Cookie.generate(random);
    byte[] reply = responder.macs().cookieReply(first.message(), INDEX_I, cookie, random);
    assertThat(MessageType.of(reply)).contains(MessageType.COOKIE_REPLY);
    assertThat(first.cookie(reply)).contains(cookie);
    assertThat(responder.macs().proves(first.message(), cookie)).isFalse();

    byte[] second = Initiator.begin(peering, NOW, first.cookie(reply), random).message();
    assertThat(responder.macs().proves(second, cookie)).isTrue();
    assertThat(responder.macs().proves(second, Cookie.generate(random))).isFalse();
    assertThat(responder.hear(second)).isPresent();
    for (int at = 0; at < second.length; at++) {
      byte[] altered = Bytes.altered(second, at);
      assertThat(responder.macs().proves(altered, cookie)).as("byte " + at).isFalse();
    }
  }

  @Test
  void a_cookie_reply_with_any_byte_altered_or_to_another_initiation_is_refused() {
    Initiator initiator = initiator();
    byte[] reply =
        responder.macs().cookieReply(initiator.message(), INDEX_I, Cookie.generate(random), random);
    for (int at = 4; at < reply.length; at++) {
      assertThat(initiator.cookie(Bytes.altered(reply, at))).as("byte " + at).isEmpty();
    }
    Initiator other =
        Initiator.begin(peering, PrivateKey.generate(random), INDEX_I, NOW, Optional.empty());
    assertThat(other.cookie(reply)).isEmpty();
  }

  @Test
  void a_public_key_that_makes_no_secret_is_refused_before_anything_is_sent() {
    PublicKey zero = PublicKey.of(new byte[32]);
    assertThatThrownBy(() -> Peering.of(client, zero, preshared))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("wg show INTERFACE public-key");
  }

  @Test
  void nothing_with_a_secret_in_it_prints_it() {
    Session session = response(initiator().message()).session();
    for (Object secret : List.of(client, preshared, session, Cookie.generate(random))) {
      assertThat(secret).hasToString("***");
    }
    assertThat(peering.toString()).isEqualTo(client.publicKey() + " with " + server.publicKey());
  }

  @Test
  void a_closed_session_seals_nothing_any_more() {
    Session session = response(initiator().message()).session();
    session.close();
    assertThatThrownBy(session::keepalive).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> session.open(Bytes.hex(KEEPALIVE)))
        .isInstanceOf(IllegalStateException.class);
  }
}

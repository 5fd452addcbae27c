package dev.backstay.rollout;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.backstay.transaction.Resumption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What a journal holds. Public keys and endpoints occur; secrets never do. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Event.Started.class, name = "started"),
  @JsonSubTypes.Type(value = Event.Resumed.class, name = "resumed"),
  @JsonSubTypes.Type(value = Event.Ordered.class, name = "ordered"),
  @JsonSubTypes.Type(value = Event.Held.class, name = "held"),
  @JsonSubTypes.Type(value = Event.WaveStarted.class, name = "wave-started"),
  @JsonSubTypes.Type(value = Event.StepBegan.class, name = "step-began"),
  @JsonSubTypes.Type(value = Event.StepEnded.class, name = "step-ended"),
  @JsonSubTypes.Type(value = Event.Remembered.class, name = "remembered"),
  @JsonSubTypes.Type(value = Event.Probed.class, name = "probed"),
  @JsonSubTypes.Type(value = Event.Judged.class, name = "judged"),
  @JsonSubTypes.Type(value = Event.Tried.class, name = "tried"),
  @JsonSubTypes.Type(value = Event.WaveJudged.class, name = "wave-judged"),
  @JsonSubTypes.Type(value = Event.WentBad.class, name = "went-bad"),
  @JsonSubTypes.Type(value = Event.WayBack.class, name = "way-back"),
  @JsonSubTypes.Type(value = Event.WentBack.class, name = "went-back"),
  @JsonSubTypes.Type(value = Event.TakingBack.class, name = "taking-back"),
  @JsonSubTypes.Type(value = Event.GatewayEnded.class, name = "gateway-ended"),
  @JsonSubTypes.Type(value = Event.EvidenceKept.class, name = "evidence-kept"),
  @JsonSubTypes.Type(value = Event.EvidenceNotKept.class, name = "evidence-not-kept"),
  @JsonSubTypes.Type(value = Event.Ended.class, name = "ended")
})
public sealed interface Event {
  /**
   * @param format of the journal; {@link Journal#FORMAT} is written
   * @param plan hash of the plan that is carried out
   * @param waves the gateways of each wave, in order
   * @param epoch by which gateways tell this controller from an older one
   * @param by who started it
   */
  record Started(
      int format,
      String rollout,
      String playbook,
      String plan,
      List<List<String>> waves,
      long epoch,
      String by)
      implements Event {}

  /** Another controller has taken over; what was not ended is asked of the gateways. */
  record Resumed(long epoch, String by) implements Event {}

  /** A person or a program wants something of the running rollout. */
  record Ordered(OrderWord order, String by, String reason) implements Event {}

  /**
   * Nothing new is begun for a while.
   *
   * @param what is waited for, for people
   * @param until when it ends by itself, as far as is known
   */
  record Held(String what, Optional<Instant> until) implements Event {}

  /** Waves count from 1; 1 is the canary. */
  record WaveStarted(int wave, List<String> gateways) implements Event {}

  /** An intent: on disk before the step acts. */
  record StepBegan(String gateway, String step) implements Event {}

  /**
   * @param result {@code done}, {@code failed} or {@code unknown}
   */
  record StepEnded(
      String gateway, String step, String result, String detail, Map<String, String> facts)
      implements Event {}

  /** What judging a gateway needs, written before its change begins. */
  record Remembered(String gateway, Then then) implements Event {}

  /** What a gateway said to a controller that took over, and what that means. */
  record Probed(String gateway, String says, Resumption decision) implements Event {}

  /**
   * @param verdict {@code pass}, {@code fail} or {@code inconclusive}
   * @param counts of clients by state
   * @param missing who did not come back
   * @param gates what each gate said; empty in format 1, and where none was asked
   * @param matured how many clients were due when; empty like {@code gates}
   */
  record Judged(
      String gateway,
      String verdict,
      List<String> reasons,
      Map<String, Integer> counts,
      List<Missing> missing,
      List<Gate> gates,
      List<Due> matured)
      implements Event {
    public Judged {
      gates = Objects.requireNonNullElse(gates, List.of());
      matured = Objects.requireNonNullElse(matured, List.of());
    }
  }

  /**
   * A client that did not come back.
   *
   * @param network its interface
   * @param peer its public key
   * @param endpoint where it was last seen; empty for unknown
   * @param state {@code failed}, {@code silent}, {@code stalled} or {@code waiting}
   * @param lastHandshake before the change, by the gateway's clock
   * @param cause as far as the gateway's counters tell; empty in format 1
   * @param advice what to do, in one line; empty in format 1
   */
  record Missing(
      String network,
      String peer,
      String endpoint,
      String state,
      Optional<Instant> lastHandshake,
      String cause,
      String advice) {
    public Missing {
      lastHandshake = Objects.requireNonNullElse(lastHandshake, Optional.empty());
      cause = Objects.requireNonNullElse(cause, "");
      advice = Objects.requireNonNullElse(advice, "");
    }
  }

  /**
   * What one gate said, and from what.
   *
   * @param says {@code pass}, {@code fail} or {@code inconclusive}
   * @param clients it is about
   * @param against how many of them count against the change
   * @param p probability of that if nothing is wrong, where the test has one
   * @param bound the true share may be as high as this, from 0 to 1, with a confidence of 95 %
   */
  record Gate(
      String gate,
      String says,
      int clients,
      int against,
      String test,
      Optional<Double> p,
      Optional<Double> bound,
      Map<String, String> thresholds,
      String sentence) {}

  /**
   * @param second after the change in which so many clients were due
   * @param failed of those
   */
  record Due(int second, int clients, int failed) {}

  /** An attempt has come to its end; whether it stays is the wave's to say. */
  record Tried(String gateway, Trial trial, String reason) implements Event {}

  record WaveJudged(int wave, boolean passed, String reason) implements Event {}

  /** A gateway that was confirmed has become worse while somebody was waited for. */
  record WentBad(String gateway, String reason) implements Event {}

  /**
   * Whether clients that were taken over could go back to their old gateway, each time that is
   * another answer than before; at first it is yes.
   *
   * @param gateway the new one
   * @param why they could not; empty if they could
   */
  record WayBack(String gateway, boolean ready, String why) implements Event {}

  /**
   * Clients that were taken over are with their old gateway again, and nobody had asked for it: the
   * traffic hosts say so, or are silent for longer than they leave clients elsewhere.
   *
   * @param gateway the new one
   */
  record WentBack(String gateway, String why) implements Event {}

  /** Gateways that were confirmed are to go back as well. */
  record TakingBack(List<String> gateways, String reason) implements Event {}

  /**
   * @param ending {@code unchanged}, {@code confirmed}, {@code reverted} or {@code unknown}, as
   *     read back from the gateway
   */
  record GatewayEnded(String gateway, String ending, String reason) implements Event {}

  /**
   * What a gateway looked like is in the vault, encrypted.
   *
   * @param take when it was looked at: {@code at-failure} or {@code after-revert}
   * @param commit of the vault
   * @param bytes as stored, that is compressed
   * @param cut the parts of which the gateway had more than was taken
   */
  record EvidenceKept(String gateway, String take, String commit, long bytes, List<String> cut)
      implements Event {}

  /** It could not be taken or saved; nothing else waited for it. */
  record EvidenceNotKept(String gateway, String take, String why) implements Event {}

  record Ended(Result result, String reason) implements Event {}
}

package dev.backstay.transaction;

import dev.backstay.gateway.GatewayLostException;
import dev.backstay.gateway.GatewayRefusedException;
import dev.backstay.problem.ProblemException;
import dev.backstay.snapshot.EvidenceArchive;
import dev.backstay.snapshot.EvidenceName;
import dev.backstay.snapshot.KeptEvidence;
import dev.backstay.time.Deadline;
import dev.backstay.time.Task;
import dev.backstay.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a gateway whose change has failed, beside whatever else is done, and keeps what it sees.
 * Nothing waits for it, and nothing fails by it: what could not be kept is told.
 */
final class GatherEvidence {
  static final String AT_FAILURE = "at-failure";
  static final String AFTER_REVERT = "after-revert";

  private static final Logger LOG = LoggerFactory.getLogger(GatherEvidence.class);

  /**
   * The whole of one look, in bytes before compressing: the journal of a failed rollout on a busy
   * gateway fits, and a thousand of them do not fill a disk.
   */
  private static final int WHOLE = 2 * 1024 * 1024;

  /** For what the observer saw: it is on the controller already. */
  private static final int OBSERVATIONS = WHOLE / 8;

  /** From before the first step of a rollout that had to wait. */
  private static final Duration EARLIER = Duration.ofMinutes(5);

  /** At the end of a rollout somebody waits for this; a gateway that is slower is given up. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Order order;
  private final GatewayLink link;
  private final LastLines lastLines;
  private final Optional<EvidenceShelf> shelf;
  private final StepLog log;
  private final Time time;
  private final long began;
  private final List<Task> looks = new ArrayList<>();

  GatherEvidence(
      Order order,
      GatewayLink link,
      LastLines lastLines,
      Optional<EvidenceShelf> shelf,
      StepLog log,
      Time time) {
    this.order = order;
    this.link = link;
    this.lastLines = lastLines;
    this.shelf = shelf;
    this.log = log;
    this.time = time;
    this.began = time.nanos();
  }

  /** Returns at once. */
  void begin(String take, String kernel) {
    shelf.ifPresent(there ->
        looks.add(time.start("evidence of " + order.name(), () -> keep(there, take, kernel))));
  }

  private void keep(EvidenceShelf there, String take, String kernel) {
    try {
      EvidenceArchive archive = look();
      List<String> cut = archive.cut();
      KeptEvidence.Commit kept =
          there.keep(
              new EvidenceName(order.identifiers().rollout(), order.name()), take, kernel, archive);
      log.evidenceKept(order.name(), take, kept, cut);
    } catch (GatewayLostException lost) {
      log.evidenceNotKept(order.name(), take, lost.why());
    } catch (GatewayRefusedException refused) {
      log.evidenceNotKept(order.name(), take, refused.sentence());
    } catch (ProblemException problem) {
      log.evidenceNotKept(order.name(), take, problem.problems().getFirst().sentence());
    } catch (RuntimeException fault) {
      // A rollback goes on whatever becomes of this.
      LOG.error("{}: evidence was not kept, by a fault of ours", order.name(), fault);
      log.evidenceNotKept(order.name(), take, "a fault in Backstay itself: " + fault);
    }
  }

  private EvidenceArchive look() {
    WipedBuffer tar = new WipedBuffer();
    Duration past = Duration.ofNanos(time.nanos() - began).plus(EARLIER);
    link.programs().evidence(order.identifiers().rollout(), past, WHOLE - OBSERVATIONS, tar);
    byte[] seen = lastLines.text(OBSERVATIONS);
    return EvidenceArchive.of(
        tar.takeBytes(), seen.length == 0 ? Map.of() : Map.of("observations", seen));
  }

  void await() {
    Deadline end = time.in(PATIENCE);
    try {
      for (Task look : List.copyOf(looks)) {
        while (!look.ended() && !end.isOver()) {
          time.sleep(Duration.ofMillis(100));
        }
        // One that has not ended is told to, and says that nothing was kept.
        look.close();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      looks.forEach(Task::close);
    }
  }
}

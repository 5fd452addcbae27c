package dev.backstay.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.health.Tally;
import dev.backstay.health.Verdict;
import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.PlaybookReader;
import dev.backstay.problem.ProblemException;
import dev.backstay.snapshot.KeptEvidence;
import dev.backstay.snapshot.SecretBytes;
import dev.backstay.ssh.Command;
import dev.backstay.ssh.Connector;
import dev.backstay.ssh.Outcome;
import dev.backstay.ssh.Shell;
import dev.backstay.ssh.Target;
import dev.backstay.time.Time;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real program, run by a shell of this machine in place of a gateway's. */
final class GatherEvidenceTest {
  @TempDir private Path folder;
  private final List<String> told = Collections.synchronizedList(new ArrayList<>());
  private final LastLines lastLines = new LastLines();
  private Optional<String> lost = Optional.empty();
  private CountDownLatch mayAnswer = new CountDownLatch(0);

  @BeforeEach
  void aChangeWasTried() throws IOException {
    Path lease = Files.createDirectories(folder.resolve("state/lease"));
    Files.writeString(lease.resolve("lease"), "rollout=module-1\n");
    Files.writeString(lease.resolve("state"), "reverted\tthe module did not load\n");
  }

  private GatherEvidence gathering(EvidenceShelf shelf) {
    try {
      Path file =
          Files.writeString(
              folder.resolve("playbook.yaml"),
              """
              kind: Playbook
              name: module
              select: gw1
              change: {packages: {wireguard-dkms: 1.0.1}, activate: reload-module}
              """);
      Gateway gateway =
          new Gateway(
              "gw1",
              new Target(
                  "gw1", "192.0.2.1", 22, "root", List.of(), folder.resolve("known"), List.of()),
              Set.of(),
              "");
      Order order =
          new Order(
              gateway,
              PlaybookReader.read(file),
              Identifiers.next("module-1", 1, 1, new SecureRandom()),
              Optional.empty());
      return new GatherEvidence(
          order,
          new GatewayLink(order, new Here(), Time.real()),
          lastLines,
          Optional.of(shelf),
          new Told(),
          Time.real());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void what_the_gateway_and_the_observer_saw_is_put_on_the_shelf_under_its_name() {
    lastLines.add("{\"v\":1}");
    Map<String, String> parts = new TreeMap<>();
    GatherEvidence gathering =
        gathering((name, take, kernel, archive) -> {
          SortedMap<String, SecretBytes> all = archive.parts();
          all.forEach((part, text) ->
              parts.put(part, text.read(b -> new String(b, StandardCharsets.UTF_8))));
          told.add(name + " " + take);
          return new KeptEvidence.Commit("c0ffee", archive.size());
        });
    gathering.begin(GatherEvidence.AT_FAILURE, "6.12");
    gathering.await();
    assertThat(told).containsExactly("evidence/module-1/gw1 at-failure", "kept c0ffee");
    assertThat(parts).containsEntry("observations", "{\"v\":1}\n");
    assertThat(parts.get("lease")).contains("the module did not load");
    assertThat(parts.get("machine")).contains("# uname -a");
  }

  @Test
  void a_vault_that_cannot_take_it_is_told_and_stops_nothing() {
    GatherEvidence gathering =
        gathering((name, take, kernel, archive) -> {
          archive.close();
          throw new ProblemException("vault-busy", "vault", "somebody works on it", "wait");
        });
    gathering.begin(GatherEvidence.AFTER_REVERT, "6.12");
    gathering.await();
    assertThat(told).singleElement().asString().startsWith("not kept: ").contains("somebody works");
  }

  @Test
  void a_gateway_that_is_gone_is_told_and_stops_nothing() {
    lost = Optional.of("the connection broke");
    GatherEvidence gathering = gathering((name, take, kernel, archive) -> never());
    gathering.begin(GatherEvidence.AT_FAILURE, "6.12");
    gathering.await();
    assertThat(told).singleElement().asString().contains("the connection broke");
  }

  @Test
  void nobody_waits_for_the_look_until_the_end() {
    mayAnswer = new CountDownLatch(1);
    GatherEvidence gathering =
        gathering((name, take, kernel, archive) -> new KeptEvidence.Commit("c0ffee", 1));
    gathering.begin(GatherEvidence.AT_FAILURE, "6.12");
    assertThat(told).isEmpty();
    mayAnswer.countDown();
    gathering.await();
    assertThat(told).containsExactly("kept c0ffee");
  }

  private static KeptEvidence.Commit never() {
    throw new AssertionError("there is nothing to keep");
  }

  private final class Told implements StepLog {
    @Override
    public void began(String gateway, Step step) {}

    @Override
    public void ended(
        String gateway, Step step, Result result, String detail, Map<String, String> facts) {}

    @Override
    public void remembered(String gateway, Before before) {}

    @Override
    public void probed(String gateway, String says, Resumption decision) {}

    @Override
    public void watched(String gateway, Tally tally, Duration leaseLeft) {}

    @Override
    public void judged(String gateway, Verdict verdict, Tally tally) {}

    @Override
    public void evidenceKept(
        String gateway, String take, KeptEvidence.Commit kept, List<String> cut) {
      told.add("kept " + kept.commit());
    }

    @Override
    public void evidenceNotKept(String gateway, String take, String why) {
      told.add("not kept: " + why);
    }
  }

  /** A gateway that is this machine, but for its state. */
  private final class Here implements Connector, Shell {
    @Override
    public Shell shared(Target target) {
      return this;
    }

    @Override
    public Shell fresh(Target target) {
      return this;
    }

    @Override
    public String gateway() {
      return "gw1";
    }

    @Override
    public Outcome run(Command command) {
      throw new AssertionError("nothing else is asked of the gateway: " + command);
    }

    @Override
    public Outcome run(Command command, OutputStream output) {
      if (lost.isPresent()) {
        return new Outcome.Lost(lost.get());
      }
      try {
        mayAnswer.await();
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", command.line());
        shell.environment().put("BACKSTAY_STATE", folder.resolve("state").toString());
        shell.environment().put("BACKSTAY_RUN", folder.resolve("run").toString());
        shell.environment().put("BACKSTAY_ALLOW_ANY_FS", "1");
        Process process = shell.redirectError(folder.resolve("err").toFile()).start();
        process.getOutputStream().write(command.input());
        process.getOutputStream().close();
        process.getInputStream().transferTo(output);
        return new Outcome.Exited(
            process.waitFor(), "", Files.readString(folder.resolve("err")), false);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Outcome.Lost("interrupted");
      }
    }

    @Override
    public Stream stream(Command command, Consumer<String> line) {
      throw new AssertionError("no stream is wanted");
    }

    @Override
    public Conversation converse(Command command) throws IOException {
      throw new IOException("no conversation is wanted");
    }

    @Override
    public void close() {}
  }
}

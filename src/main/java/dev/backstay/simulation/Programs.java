package dev.backstay.simulation;

import dev.backstay.simulation.StagedChange.Replacement;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a command line does on a simulated gateway: the shell of its root. */
final class Programs {
  private static final Pattern SENT =
      Pattern.compile("sh -c \"\\$\\(head -c ([0-9]+)\\)\" ([a-z]+)(.*)");
  private static final Pattern UNPACK =
      Pattern.compile("umask 077 && .*tar -xf - -C /var/lib/backstay/programs\\.new.*");
  private static final Pattern INSTALLED =
      Pattern.compile("/var/lib/backstay/programs/([a-z-]+)(.*)");
  private static final double STAGE_SECONDS = 3;

  /** Seconds that another stage is waited for. */
  private static final int PATIENCE = 200;

  private static final long STAGE_KIB = 16384 + 2048;
  private static final int NOT_FOUND = 127;

  private final Machine machine;

  Programs(Machine machine) {
    this.machine = machine;
  }

  /** Called with the machine's lock held. */
  Answer run(String line, byte[] input) {
    if (UNPACK.matcher(line).matches()) {
      machine.programs.addAll(List.of("deadman", "change", "wgstate", "stage"));
      return Answer.of("");
    }
    Matcher sent = SENT.matcher(line);
    if (sent.matches()) {
      return sent(sent.group(2), words(sent.group(3)));
    }
    Matcher installed = INSTALLED.matcher(line);
    if (installed.matches()) {
      if (!machine.programs.contains(installed.group(1))) {
        return new Answer(NOT_FOUND, "", "sh: " + installed.group(1) + ": not found\n");
      }
      String text = new String(input, StandardCharsets.UTF_8);
      return installed(installed.group(1), words(installed.group(2)), text);
    }
    return new Answer(NOT_FOUND, "", "sh: this gateway is a model and does not know that\n");
  }

  private static List<String> words(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split(" "));
  }

  private Answer sent(String program, List<String> arguments) {
    return switch (program) {
      case "facts" -> Answer.of(new Facts(machine).text(arguments));
      default -> new Answer(NOT_FOUND, "", program + ": this gateway is a model\n");
    };
  }

  private Answer installed(String program, List<String> arguments, String input) {
    try {
      return Answer.of(
          switch (program + " " + String.join(" ", arguments).strip()) {
            case "deadman install" -> new Deadman(machine).install();
            case "deadman arm" -> new Deadman(machine).arm(input);
            case "deadman rehearse" -> new Deadman(machine).rehearse(machine.new Job("rehearse"));
            case "deadman renew" -> new Deadman(machine).renew(input);
            case "deadman confirm" -> new Deadman(machine).confirm(input);
            case "deadman status" -> new Deadman(machine).status();
            case "change status" -> new Change(machine).status();
            case "change call" -> new Change(machine).call(machine.new Job("call"));
            case "change forget" -> new Change(machine).forget();
            case "stage " -> stage(input);
            default -> other(program, arguments, input);
          });
    } catch (Answer.Refusal refusal) {
      return refusal.answer(program);
    }
  }

  private String other(String program, List<String> arguments, String input) {
    if (program.equals("deadman") && arguments.size() == 5 && arguments.get(0).equals("revert")) {
      return new Deadman(machine)
          .revert(machine.new Job("revert"), arguments.get(2), arguments.get(4), input);
    }
    if (program.equals("change") && arguments.size() == 3 && arguments.get(0).equals("start")) {
      return new Change(machine).start(arguments.get(1) + "/" + arguments.get(2));
    }
    if (program.equals("stage") && arguments.size() == 3 && arguments.get(0).equals("scripts")) {
      // What a script does here, its change says already.
      return "";
    }
    throw new Answer.Refusal(Deadman.USAGE, "usage");
  }

  private String stage(String text) {
    StagedChange change = StagedChange.read(text);
    Machine.Job job = machine.new Job("stage");
    for (int left = PATIENCE; machine.staging; left--) {
      if (left == 0) {
        throw new Answer.Refusal(
            1, "another stage is running, and did not end within %d s".formatted(PATIENCE));
      }
      job.pause(1);
    }
    machine.staging = true;
    try {
      for (Replacement p : change.packages()) {
        if (!machine.candidates.getOrDefault(p.name(), Set.of()).contains(p.to())) {
          throw new Answer.Refusal(
              1, "version %s of %s is not known to apt here".formatted(p.to(), p.name()));
        }
      }
      if (machine.freeKib < STAGE_KIB) {
        throw new Answer.Refusal(
            1,
            "the disk of /var/lib/backstay has %d KiB free, and the change needs %d KiB"
                .formatted(machine.freeKib, STAGE_KIB));
      }
      while (machine.stageHangs()) {
        job.pause(3600);
      }
      job.pause(STAGE_SECONDS);
    } finally {
      machine.staging = false;
    }
    machine.next = Optional.of(change);
    StringBuilder told = new StringBuilder();
    for (Replacement p : change.packages()) {
      told.append(staged(p.name(), p.to())).append(staged(p.name(), p.from()));
    }
    return told.toString();
  }

  private static String staged(String name, String version) {
    return "staged\t%s\t%s\t%s_%s.deb\t%s\t1000\n"
        .formatted(name, version, name, version, Deadman.digest(name + version));
  }
}

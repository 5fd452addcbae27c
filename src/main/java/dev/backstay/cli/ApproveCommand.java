package dev.backstay.cli;

import dev.backstay.rollout.Approvals;
import dev.backstay.rollout.PlanFile;
import dev.backstay.rollout.PlanText;
import dev.backstay.rollout.SavedPlan;
import dev.backstay.rollout.SshKeygen;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "approve",
    description = {
      "Agree to a saved plan, with the SSH key you log in with.",
      "The file approvers says who may, as OpenSSH's allowed signers do."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "An approval holds for exactly this plan, until it expires. The plan's author cannot give one.",
      "",
      "Example:",
      "  backstay approve plans/module-1.0.1-20261125-031500.json --as anna@example.org"
    })
final class ApproveCommand implements Callable<Integer> {
  @Parameters(paramLabel = "PLAN")
  private Path file = Path.of("");

  @Option(
      names = "--as",
      paramLabel = "PERSON",
      description = "Who you are in the file approvers. Default: your account.")
  private Optional<String> person = Optional.empty();

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "Your key; the public one if an agent holds it. Default: ~/.ssh/id_ed25519.")
  private Optional<Path> key = Optional.empty();

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    WorkingDirectory here = backstay.here().made();
    SavedPlan plan = PlanFile.read(file);
    PrintWriter out = spec.commandLine().getOut();
    out.print(PlanText.of(plan));
    out.flush();
    if (!yes && !RolloutRun.agreed("Approve this plan of %s?".formatted(plan.author()))) {
      out.println("Nothing was approved.");
      return ExitCode.ERROR.status();
    }
    Approvals.Given given =
        new Approvals(file, new SshKeygen(here.approvers()))
            .give(
                plan,
                person.orElseGet(() -> Person.of(backstay.surroundings().environment()).name()),
                key.orElseGet(() -> Path.of(System.getProperty("user.home"), ".ssh", "id_ed25519")),
                Instant.now(),
                Duration.ofSeconds(plan.approvalSeconds()));
    out.println("Approved by %s until %s.".formatted(given.person(), given.expires()));
    return ExitCode.DONE.status();
  }
}

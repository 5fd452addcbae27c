package dev.backstay.cli;

import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.PlaybookReader;
import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import dev.backstay.simulation.Fault;
import dev.backstay.simulation.Simulation;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "simulate",
    description = {
      "Carry out a playbook on gateways that do not exist, and see what its waves",
      "and gates would have caught. Touches no gateway and needs no network.",
      "A thousand gateways take about 20 seconds."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Faults, with a share of the clients:",
      "  loss:5%%          the new version loses them, wherever they are",
      "  stall:5%%         with it they shake hands, and get no data through",
      "  churn:1%%         they leave for good during a change, a good one too",
      "Faults, with a share of the gateways:",
      "  broken:20%%       no client there gets on with the new version",
      "  no-load:20%%      the new module does not load there",
      "  unreachable:1%%   they vanish during their change",
      "  link:5%%          their connections break once, for up to 10 minutes",
      "  power:5%%         they lose their power once, for up to 5 minutes",
      "  clock:5%%         their clock is set an hour ahead or back",
      "  disk-full:5%%     their disk fills up",
      "  timer:5%%         somebody stops their dead-man timer",
      "  hang:5%%          staging the packages hangs",
      "  slow:5%%          they need up to 10 times as long for everything",
      "Without a share:",
      "  controller-dies  the controller is killed, and nobody goes on after it",
      "",
      "Exit status 0 when the simulation ran, however the rollout in it ended.",
      "",
      "Examples:",
      "  backstay simulate playbooks/p.yaml --gateways 1000 --fault broken:20%%",
      "  backstay simulate playbooks/p.yaml --fault loss:2%% --runs 200"
    })
final class SimulateCommand implements Callable<Integer> {
  private static final int MOST_GATEWAYS = 100_000;
  private static final int MOST_CLIENTS = 1000;

  /** What is wrong where nobody has said which gateways there are. */
  private static final Set<String> NO_FLEET = Set.of("not-a-working-directory", "which-inventory");

  @Mixin private FleetOptions fleet;

  @Parameters(paramLabel = "PLAYBOOK", description = "What to carry out.")
  private Path file = Path.of("");

  @Option(
      names = "--gateways",
      paramLabel = "COUNT",
      description = "How many gateways. Default: those of the inventory that the playbook selects.")
  private Optional<Integer> count = Optional.empty();

  @Option(
      names = "--clients",
      paramLabel = "COUNT",
      defaultValue = "10",
      description = "Active clients of each gateway. Default: ${DEFAULT-VALUE}.")
  private int clients;

  @Option(
      names = "--fault",
      paramLabel = "FAULT",
      description = "What goes wrong, such as broken:20%%; may be given several times.")
  private List<String> faults = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      defaultValue = "1",
      description = "The same seed makes the same runs. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--runs",
      paramLabel = "COUNT",
      defaultValue = "1",
      description = "So many runs, each with other gateways struck. Default: ${DEFAULT-VALUE}.")
  private int runs;

  @Option(names = "--json", description = "Print each run as a JSON line, nothing else.")
  private boolean json;

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Playbook playbook = PlaybookReader.read(file);
    check("--gateways", count.orElse(1), MOST_GATEWAYS);
    check("--clients", clients, MOST_CLIENTS);
    check("--runs", runs, MOST_GATEWAYS);
    List<Gateway> gateways = count.map(Simulation::gateways).orElseGet(() -> ofInventory(playbook));
    List<Fault> words = faults.stream().map(Fault::parse).toList();
    PrintWriter out = spec.commandLine().getOut();
    Path folder = folder();
    try {
      Simulation simulation = new Simulation(playbook, gateways, clients, words, seed, folder);
      SimulationText text = new SimulationText(simulation, out, json);
      for (int run = 0; run < runs; run++) {
        text.tell(simulation.run(run));
        clear(folder);
      }
      return (text.end(runs) ? ExitCode.DONE : ExitCode.ERROR).status();
    } finally {
      clear(folder);
      delete(folder);
    }
  }

  private List<Gateway> ofInventory(Playbook playbook) {
    try {
      return fleet.select(fleet.inventory(backstay.here()), playbook);
    } catch (ProblemException missing) {
      throw new ProblemException(
          missing.problems().stream().map(SimulateCommand::orSayHowMany).toList());
    }
  }

  /** Who only wants to try a playbook has no inventory yet, and needs none. */
  private static Problem orSayHowMany(Problem problem) {
    return NO_FLEET.contains(problem.code())
        ? new Problem(
            problem.code(),
            problem.where(),
            problem.what(),
            "say how many gateways there are to be: --gateways 1000;"
                + " or name an inventory: --inventory FILE")
        : problem;
  }

  private static void check(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new ProblemException(
          "out-of-range",
          option,
          "%s is a number from 1 to %d, not %d".formatted(option, most, value),
          "backstay simulate --help");
    }
  }

  /** Journals are synced at each line: where it can be, into memory. */
  private static Path folder() {
    Path memory = Path.of("/dev/shm");
    try {
      return Files.isWritable(memory)
          ? Files.createTempDirectory(memory, "backstay-simulate")
          : Files.createTempDirectory("backstay-simulate");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void clear(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(SimulateCommand::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

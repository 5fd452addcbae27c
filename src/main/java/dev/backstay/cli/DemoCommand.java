package dev.backstay.cli;

import dev.backstay.drill.Demo;
import dev.backstay.lab.Kernel;
import dev.backstay.lab.Lab;
import dev.backstay.lab.LabOptions;
import dev.backstay.ssh.Connector;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    description = {
      "The main job on real gateways: a good upgrade, four bad ones, a dead controller.",
      "Brings a lab up on this machine, and takes it down again."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--kernel",
      paramLabel = "debian|trimmed",
      converter = LabCommand.KernelWord.class,
      description = "trimmed (default) or debian, which is sooner built and much slower.")
  private Kernel kernel = Kernel.TRIMMED;

  /** Set for the process that this command starts in the lab's network. */
  @Option(names = "--inside", hidden = true)
  private Optional<Path> folder = Optional.empty();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    return folder.isPresent() ? inside(folder.get()) : outside();
  }

  private int outside() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Path place = Files.createTempDirectory("backstay-demo");
    Lab lab = Lab.ofThisProcess();
    lab.build(kernel, line -> say(out, line));
    say(out, "Three gateways and sixty clients come up ...");
    lab.up(
        LabOptions.of(kernel).in(place.resolve("lab")).endingWithThisProcess(),
        line -> say(out, "  " + line));
    try {
      List<String> command = new ArrayList<>(ThisCommand.words());
      command.addAll(List.of("demo", "--inside", place.toString()));
      return lab.exec(command);
    } finally {
      lab.down();
      say(out, "The lab is gone. Journals and snapshots: " + place);
    }
  }

  private int inside(Path place) throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    copyPlaybooks(place.resolve("playbooks"));
    try (Connector connector = Wiring.connector()) {
      Demo demo =
          new Demo(
              place,
              ThisCommand.words(),
              place.resolve("lab/inventory.yaml"),
              connector,
              Lab.ofThisProcess(),
              out);
      return (demo.run() ? ExitCode.DONE : ExitCode.ERROR).status();
    }
  }

  private static void copyPlaybooks(Path to) throws IOException {
    Files.createDirectories(to);
    Path from = ThisCommand.home().resolve("playbooks/demo");
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }
}

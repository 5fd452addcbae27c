package dev.backstay.cli;

import dev.backstay.lab.Kernel;
import dev.backstay.lab.Lab;
import dev.backstay.lab.LabOptions;
import dev.backstay.lab.LabStatus;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

@Command(
    name = "lab",
    description = {
      "Real gateways with real kernels on this machine, in a network of their own.",
      "Nothing of it touches this machine's interfaces, and nothing of it stays."
    },
    mixinStandardHelpOptions = true,
    subcommands = {
      LabCommand.Build.class,
      LabCommand.Up.class,
      LabCommand.Status.class,
      LabCommand.Ssh.class,
      LabCommand.Exec.class,
      LabHostCommands.Cut.class,
      LabHostCommands.Uncut.class,
      LabHostCommands.PowerOff.class,
      LabHostCommands.PowerOn.class,
      LabHostCommands.StepClock.class,
      LabHostCommands.FillDisk.class,
      LabHostCommands.FreeDisk.class,
      LabCommand.Down.class
    },
    footer = {
      "",
      "Example:",
      "  backstay lab up",
      "  backstay lab exec backstay facts -i .backstay/lab/inventory.yaml tag:edge",
      "  backstay lab ssh gw1 wg show wg0 latest-handshakes",
      "  backstay lab power-off gw1",
      "  backstay lab down"
    })
final class LabCommand {
  /** The word of a kernel on the command line. */
  static final class KernelWord implements ITypeConverter<Kernel> {
    @Override
    public Kernel convert(String word) {
      try {
        return Kernel.of(word);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  @Command(
      name = "build",
      description =
          "Build kernel, modules, packages and root file system, what is missing of them.",
      mixinStandardHelpOptions = true)
  static final class Build implements Callable<Integer> {
    @Option(
        names = "--kernel",
        paramLabel = "debian|trimmed",
        converter = KernelWord.class,
        description =
            "trimmed (default) compiles a small kernel; debian is sooner ready and much slower.")
    private Kernel kernel = Kernel.TRIMMED;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      Lab.ofThisProcess().build(kernel, line -> say(out, line));
      return ExitCode.DONE.status();
    }
  }

  @Command(
      name = "up",
      description = "Boot gateways and clients; returns when every client has shaken hands.",
      mixinStandardHelpOptions = true)
  static final class Up implements Callable<Integer> {
    @Option(
        names = "--kernel",
        paramLabel = "debian|trimmed",
        converter = KernelWord.class,
        description = "Default: the one that is built, or else trimmed.")
    private Optional<Kernel> kernel = Optional.empty();

    @Option(names = "--gateways", paramLabel = "N", description = "1 to 9, default 3.")
    private int gateways = 3;

    @Option(
        names = "--clients",
        paramLabel = "N",
        description = "Per gateway, 0 to 150, default 20.")
    private int clients = 20;

    @Option(
        names = "--unwritable-grubenv",
        paramLabel = "GATEWAY",
        split = ",",
        description =
            "Its boot loader cannot write the environment block, as on LVM: a kernel chosen for"
                + " one boot is booted at every boot.")
    private Set<String> unwritableGrubenv = new TreeSet<>();

    @Option(
        names = "--pair",
        description =
            "gw1 and gw2 stand for each other, behind a switch named lb1 that can be asked to send"
                + " clients elsewhere.")
    private boolean pair;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      Lab lab = Lab.ofThisProcess();
      Kernel chosen = kernel.orElseGet(lab::usualKernel);
      LabOptions options =
          LabOptions.of(chosen)
              .withSize(gateways, clients)
              .withUnwritableGrubenv(unwritableGrubenv);
      lab.up(pair ? options.withPair() : options, line -> say(out, line));
      say(out, "Inventory: .backstay/lab/inventory.yaml. A command inside: backstay lab exec …");
      return ExitCode.DONE.status();
    }
  }

  @Command(name = "status", description = "What each host does.", mixinStandardHelpOptions = true)
  static final class Status implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      LabStatus status = Lab.ofThisProcess().status();
      if (!status.running()) {
        say(out, "The lab is down.");
        return ExitCode.ERROR.status();
      }
      status
          .hosts()
          .forEach(host ->
              say(
                  out,
                  "%-8s %-14s %-8s %4d MiB  up %d s%s"
                      .formatted(
                          host.name(),
                          host.address(),
                          host.state().name().toLowerCase(java.util.Locale.ROOT),
                          host.memory() / (1024 * 1024),
                          host.uptime().toSeconds(),
                          host.clients() == 0
                              ? ""
                              : "  %d of %d clients"
                                  .formatted(host.handshaken(), host.clients()))));
      say(
          out,
          "%d of %d clients have shaken hands; %d MiB in all"
              .formatted(status.handshaken(), status.clients(), status.memory() / (1024 * 1024)));
      return ExitCode.DONE.status();
    }
  }

  @Command(
      name = "ssh",
      description = "Log in to a host, or run a command there.",
      mixinStandardHelpOptions = true)
  static final class Ssh implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "HOST")
    private String host = "";

    @Parameters(index = "1..*", paramLabel = "COMMAND")
    private List<String> command = new ArrayList<>();

    @Override
    public Integer call() {
      return Interrupts.leftToOthers(() -> Lab.ofThisProcess().ssh(host, command));
    }
  }

  @Command(
      name = "exec",
      description = "Run a command on this machine, in the lab's network.",
      mixinStandardHelpOptions = true)
  static final class Exec implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "COMMAND")
    private List<String> command = new ArrayList<>();

    @Override
    public Integer call() {
      return Interrupts.leftToOthers(() -> Lab.ofThisProcess().exec(command));
    }
  }

  @Command(
      name = "down",
      description = "End the lab and remove its files.",
      mixinStandardHelpOptions = true)
  static final class Down implements Callable<Integer> {
    @Override
    public Integer call() {
      Lab.ofThisProcess().down();
      return ExitCode.DONE.status();
    }
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }
}

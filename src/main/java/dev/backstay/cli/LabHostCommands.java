package dev.backstay.cli;

import dev.backstay.lab.Lab;
import dev.backstay.lab.LabHost;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** What can happen to one host of the lab. Each says what was read back afterwards. */
final class LabHostCommands {
  private LabHostCommands() {}

  /** {@code 30s}, {@code 5m}, {@code 1h}, with a sign where one is allowed. */
  static final class Time implements ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile("([+-]?)(\\d{1,6})([smh])");

    @Override
    public Duration convert(String word) {
      Matcher form = FORM.matcher(word);
      if (!form.matches()) {
        throw new TypeConversionException(
            "'%s' is not a time such as 30s, 5m or 1h".formatted(word));
      }
      long count = Long.parseLong(form.group(1).equals("-") ? "-" + form.group(2) : form.group(2));
      return switch (form.group(3)) {
        case "s" -> Duration.ofSeconds(count);
        case "m" -> Duration.ofMinutes(count);
        case "h" -> Duration.ofHours(count);
        default -> throw new IllegalStateException(word);
      };
    }
  }

  /** The host, and a line to the person who asked. */
  abstract static class OnHost implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "HOST", description = "gw1, gw2 …")
    private String name = "";

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      String seen = on(Lab.ofThisProcess().host(name));
      spec.commandLine().getOut().printf("%s: %s%n", name, seen);
      spec.commandLine().getOut().flush();
      return ExitCode.DONE.status();
    }

    abstract String on(LabHost host);

    final CommandSpec spec() {
      return spec;
    }
  }

  @Command(
      name = "cut",
      description = "Take a host's network cable away, until uncut or for a time.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  backstay lab cut gw1 --for 30s"})
  static final class Cut extends OnHost {
    @Option(
        names = "--for",
        paramLabel = "TIME",
        converter = Time.class,
        description = "The link comes back by itself after it: 30s, 5m, 1h.")
    private Optional<Duration> time = Optional.empty();

    @Override
    String on(LabHost host) {
      if (time.isEmpty()) {
        host.cut();
        return "its link is down, until: backstay lab uncut " + host.name();
      }
      Duration given = time.orElseThrow();
      if (given.toSeconds() < 1) {
        throw new picocli.CommandLine.ParameterException(
            spec().commandLine(), "--for is a second at least");
      }
      host.cut(given);
      return "its link is down, for %d s".formatted(given.toSeconds());
    }
  }

  @Command(
      name = "uncut",
      description = "Put a host's network cable back.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  backstay lab uncut gw1"})
  static final class Uncut extends OnHost {
    @Override
    String on(LabHost host) {
      host.uncut();
      return "its link is up";
    }
  }

  @Command(
      name = "power-off",
      description = {
        "Take a host's power away, in the middle of whatever it does.",
        "Its disk stays; what was not written to it is lost."
      },
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  backstay lab power-off gw1"})
  static final class PowerOff extends OnHost {
    @Override
    String on(LabHost host) {
      host.powerOff();
      return "its kernel has ended";
    }
  }

  @Command(
      name = "power-on",
      description = "Give a host power: it boots what its boot menu says.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  backstay lab power-on gw1"})
  static final class PowerOn extends OnHost {
    @Override
    String on(LabHost host) {
      host.powerOn();
      return "its kernel was started";
    }
  }

  @Command(
      name = "step-clock",
      description = "Set a host's clock forwards or backwards; it stays wrong over reboots.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  backstay lab step-clock gw1 +1h",
        "  backstay lab step-clock gw1 -1h"
      })
  static final class StepClock extends OnHost {
    @Parameters(
        index = "1",
        paramLabel = "STEP",
        converter = Time.class,
        description = "+1h, -1h, +90s …")
    private Duration step = Duration.ZERO;

    @Override
    String on(LabHost host) {
      return "its clock is off by %+d s".formatted(host.stepClock(step).toSeconds());
    }
  }

  @Command(
      name = "fill-disk",
      description = "Fill a host's disk until nothing more can be written.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  backstay lab fill-disk gw1"})
  static final class FillDisk extends OnHost {
    @Override
    String on(LabHost host) {
      return "%d bytes are left on its disk".formatted(host.fillDisk());
    }
  }

  @Command(
      name = "free-disk",
      description = "Undo fill-disk.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  backstay lab free-disk gw1"})
  static final class FreeDisk extends OnHost {
    @Override
    String on(LabHost host) {
      return "%d MiB are left on its disk".formatted(host.freeDisk() / (1024 * 1024));
    }
  }
}

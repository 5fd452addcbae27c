package dev.backstay.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;

/**
 * The subcommands of {@link Main}, in the order in which its help lists them. To describe one means
 * to look at all its options by reflection, which for all of them takes longer than most commands
 * run: where the first word names one, only that one is made.
 */
final class Subcommands {
  private static final Set<String> VERSION = Set.of("--version", "-V");

  private static final List<Class<?>> CLASSES =
      List.of(
          InitCommand.class,
          FactsCommand.class,
          ObserveCommand.class,
          ProbeCommand.class,
          PlanCommand.class,
          ApplyCommand.class,
          ApproveCommand.class,
          ResumeCommand.class,
          AbortCommand.class,
          RollbackCommand.class,
          PauseCommand.class,
          ContinueCommand.class,
          LocksCommand.class,
          UnlockCommand.class,
          RolloutsCommand.class,
          ReportCommand.class,
          EvidenceCommand.class,
          CalibrateCommand.class,
          SimulateCommand.class,
          KnownGoodCommand.class,
          RegressionsCommand.class,
          SnapshotCommand.class,
          VaultCommand.class,
          LabCommand.class,
          DemoCommand.class);

  private Subcommands() {}

  static Map<String, Class<?>> all() {
    Map<String, Class<?>> all = new LinkedHashMap<>();
    CLASSES.forEach(each -> all.put(each.getAnnotation(Command.class).name(), each));
    return all;
  }

  /**
   * Those without which these words would not mean the same: all, for help and for whoever
   * mistyped.
   */
  static Map<String, Class<?>> neededFor(String... arguments) {
    if (arguments.length == 0) {
      return all();
    }
    if (VERSION.contains(arguments[0])) {
      return Map.of();
    }
    Map<String, Class<?>> all = all();
    Class<?> named = all.get(arguments[0]);
    return named == null ? all : Map.of(arguments[0], named);
  }
}

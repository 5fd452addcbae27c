package dev.backstay.cli;

import dev.backstay.knowngood.KnownGood;
import dev.backstay.knowngood.KnownGoodText;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "known-good",
    description = {
      "Which versions a confirmed rollout has proved, by platform: system, kernel line, architecture,",
      "and where WireGuard comes from. The file is known-good.yaml of the working directory; other",
      "tools can pin from it."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  backstay known-good --yaml"})
final class KnownGoodCommand implements Callable<Integer> {
  @Option(names = "--json", description = "As one JSON object.")
  private boolean json;

  @Option(names = "--yaml", description = "As the file has it.")
  private boolean yaml;

  @ParentCommand private Main backstay;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    KnownGood known = KnownGood.read(backstay.here().made().knownGood());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.print(KnownGoodText.json(known));
    } else if (yaml) {
      out.print(KnownGoodText.yaml(known));
    } else if (known.platforms().isEmpty()) {
      out.println("Nothing is known to be good yet: a rollout that ends well proves its versions.");
    } else {
      known
          .platforms()
          .forEach((platform, all) -> {
            out.println(platform.key());
            all.getFirst()
                .packages()
                .forEach((name, version) -> out.println("  %-28s %s".formatted(name, version)));
            out.println(
                "  proved by %s at %s on %s"
                    .formatted(
                        all.getFirst().rollout(),
                        all.getFirst().since(),
                        String.join(", ", all.getFirst().gateways().keySet())));
            if (all.size() > 1) {
              out.println("  before that: " + all.get(1).rollout());
            }
          });
    }
    return ExitCode.DONE.status();
  }
}

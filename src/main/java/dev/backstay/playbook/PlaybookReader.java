package dev.backstay.playbook;
import java.nio.file.Path;
import java.time.Duration;
import java.util.*;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
public final class PlaybookReader {
  static Duration d(JsonNode n, String dflt) { return Duration.parse("PT" + n.asString(dflt)); }
  public Playbook read(Path file) {
    JsonNode n = new YAMLMapper().readTree(file.toFile());
    Map<String, String> p = new HashMap<>();
    n.path("change").path("packages").properties().forEach(e -> p.put(e.getKey(), e.getValue().asString()));
    return new Playbook(file.toString(), n.path("name").asString(), List.of(n.path("select").asString()), p, Activation.RELOAD_MODULE,
      List.of(new WaveSize.Count(1), new WaveSize.Rest()),
      new Playbook.Observe(d(n.path("observe").path("baseline"), "10s"), d(n.path("observe").path("window"), "240s"), n.path("observe").path("kick").asBoolean(true)),
      new Gates(new Percent(50), new Percent(500), new Percent(2000), new Percent(0)), true,
      new Playbook.Lease(d(n.path("lease").path("apply"), "60s"), d(n.path("lease").path("confirm"), "60s")), 0);
  }
}

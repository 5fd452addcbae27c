package dev.backstay.inventory;
import dev.backstay.ssh.Target;
import java.nio.file.Path;
import java.util.*;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
public final class InventoryReader {
  public Inventory read(Path file) {
    JsonNode n = new YAMLMapper().readTree(file.toFile());
    List<Gateway> g = new ArrayList<>();
    Path dir = file.toAbsolutePath().resolveSibling(".").normalize();
    n.path("gateways").properties().forEach(e -> {
      Set<String> tags = new HashSet<>(); e.getValue().path("tags").forEach(t -> tags.add(t.asString()));
      g.add(new Gateway(e.getKey(), new Target(e.getKey(), e.getValue().path("host").asString(), 22, "root",
        List.of(dir.resolve(n.path("ssh").path("identity").asString())), dir.resolve(n.path("ssh").path("knownHosts").asString()), List.of()), tags, ""));
    });
    return new Inventory(file.toString(), g, Map.of());
  }
}

package dev.backstay.document;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which keys a mapping may have. Readers hold their shapes as constants, and a test compares them
 * with the published JSON Schema.
 *
 * @param name for sentences, such as {@code gates}
 * @param keys what is read
 * @param refused keys that are understood and refused, each with the sentence that says why
 */
public record Shape(String name, List<String> keys, Map<String, String> refused) {
  public Shape {
    keys = List.copyOf(keys);
    refused = Map.copyOf(refused);
  }

  public static Shape of(String name, String... keys) {
    return new Shape(name, List.of(keys), Map.of());
  }

  /** Keys of the design that the program cannot do yet: ignoring them would be a lie. */
  public Shape notBuilt(String... later) {
    Map<String, String> all = new LinkedHashMap<>(refused);
    for (String key : later) {
      all.put(key, "\"" + key + "\" in " + name + " is not built yet.");
    }
    return new Shape(name, keys, all);
  }
}

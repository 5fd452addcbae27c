package dev.backstay.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.document.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Holds a published JSON Schema against what the reader reads. */
public final class Schemas {
  private final JsonNode root;
  private final Set<String> compared = new HashSet<>();

  private Schemas(JsonNode root) {
    this.root = root;
  }

  /**
   * @param name such as {@code inventory}
   */
  public static Schemas of(String name) {
    try (InputStream in =
        Schemas.class.getResourceAsStream("/dev/backstay/schema/" + name + ".schema.json")) {
      return new Schemas(new ObjectMapper().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The object at a JSON pointer has exactly the keys of the shape, and admits no others. */
  public Schemas hasExactly(Shape shape, String pointer) {
    JsonNode object = root.at(pointer);
    assertThat(object.path("properties").propertyNames())
        .as(pointer)
        .containsExactlyInAnyOrderElementsOf(shape.keys());
    assertThat(object.path("additionalProperties").isBoolean()).as(pointer).isTrue();
    compared.add(pointer);
    return this;
  }

  /** No object with keys of its own was left out of the comparison. */
  public void andNothingElse() {
    Set<String> all = new HashSet<>();
    collect(root, "", all);
    assertThat(compared).isEqualTo(all);
  }

  private static void collect(JsonNode node, String pointer, Set<String> into) {
    if (node.path("properties").isObject() && node.path("type").isString()) {
      into.add(pointer);
    }
    node.propertyStream().forEach(e -> collect(e.getValue(), pointer + "/" + e.getKey(), into));
  }
}

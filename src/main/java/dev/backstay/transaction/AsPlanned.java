package dev.backstay.transaction;

import java.util.List;

/**
 * What a plan says of one gateway.
 *
 * @param packages of each package, line by line; it is held against the gateway when its turn comes
 * @param troubles that are known with such versions, each a sentence: where clients do not come
 *     back, somebody may have met the reason before
 */
public record AsPlanned(List<String> packages, List<String> troubles) {
  public AsPlanned {
    packages = List.copyOf(packages);
    troubles = List.copyOf(troubles);
  }
}

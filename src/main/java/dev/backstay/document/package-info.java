/**
 * YAML files with their positions, so that every complaint names file, line and column and all
 * complaints come at once.
 *
 * <p>Nouns: {@link dev.backstay.document.Node} is what stands in a file; a {@link
 * dev.backstay.document.Shape} says which keys a mapping may have; {@link
 * dev.backstay.document.Fields} reads a mapping by its shape; a {@link
 * dev.backstay.document.Reading} makes a value of a node; {@link dev.backstay.document.Problems}
 * collects what is wrong.
 *
 * <p>Built on snakeyaml-engine's node graph and not on Jackson's binding: a node keeps the text as
 * it was written ({@code 1.10} stays {@code 1.10}) and its position, and reading goes on after the
 * first mistake. Used by {@code inventory} and {@code playbook}.
 */
@NullMarked
package dev.backstay.document;

import org.jspecify.annotations.NullMarked;

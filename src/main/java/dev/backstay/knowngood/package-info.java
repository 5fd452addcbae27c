/**
 * Which versions a confirmed rollout has proved on which platform. Kept in {@code known-good.yaml}
 * of the working directory, a file that people review and other tools pin versions from.
 *
 * <p>A {@link dev.backstay.knowngood.Platform} is what decides whether a version that works there
 * works here; a {@link dev.backstay.knowngood.Proven} is what ran and which rollout showed that it
 * does. Pure values, a reader and a writer.
 */
@NullMarked
package dev.backstay.knowngood;

import org.jspecify.annotations.NullMarked;

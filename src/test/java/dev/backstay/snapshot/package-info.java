/** The vault, held against the real git, age and ssh-keygen. */
@NullMarked
package dev.backstay.snapshot;

import org.jspecify.annotations.NullMarked;

/** The command as a person runs it: what they type, what they see, what is left behind. */
@NullMarked
package dev.backstay.cli;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.backstay.process;

import org.jspecify.annotations.NullMarked;

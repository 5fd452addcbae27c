@NullMarked
package dev.backstay.ssh;

import org.jspecify.annotations.NullMarked;

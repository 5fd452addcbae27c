@NullMarked
package dev.backstay.time;

import org.jspecify.annotations.NullMarked;

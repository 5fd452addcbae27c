@NullMarked
package dev.backstay.hsm;

import org.jspecify.annotations.NullMarked;

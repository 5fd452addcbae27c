@NullMarked
package dev.backstay.simulation;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.backstay.lab;

import org.jspecify.annotations.NullMarked;

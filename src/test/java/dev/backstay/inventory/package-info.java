@NullMarked
package dev.backstay.inventory;

import org.jspecify.annotations.NullMarked;

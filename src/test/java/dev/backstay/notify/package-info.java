@NullMarked
package dev.backstay.notify;

import org.jspecify.annotations.NullMarked;

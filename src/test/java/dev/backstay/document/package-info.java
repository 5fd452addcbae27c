@NullMarked
package dev.backstay.document;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.backstay.report;

import org.jspecify.annotations.NullMarked;

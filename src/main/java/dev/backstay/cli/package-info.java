/**
 * The command {@code backstay}: reads what the operator wants, calls the services, prints what they
 * answer. No decision about a gateway is made here.
 */
@NullMarked
package dev.backstay.cli;

import org.jspecify.annotations.NullMarked;

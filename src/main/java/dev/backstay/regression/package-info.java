/**
 * What is known to go wrong with versions of WireGuard and of what it runs on: a table in {@code
 * regressions.yaml}, each row with its source, and whether a gateway is in it. {@link
 * dev.backstay.regression.KnownRegressions} is the door. Pure values; asks no gateway.
 */
@NullMarked
package dev.backstay.regression;

import org.jspecify.annotations.NullMarked;

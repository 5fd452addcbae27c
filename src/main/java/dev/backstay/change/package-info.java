/**
 * What is done to one gateway, with its way back: today the exact version of packages, and how the
 * new version takes effect. Pure: resolves a wish against facts, refuses what cannot be undone, and
 * writes the file that the program {@code change} on the gateway carries out.
 */
@NullMarked
package dev.backstay.change;

import org.jspecify.annotations.NullMarked;

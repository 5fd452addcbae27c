/**
 * Rehearsals. Today the demo: a good upgrade and every bad one, on real gateways of the lab, with
 * what was announced held against what happened.
 */
@NullMarked
package dev.backstay.drill;

import org.jspecify.annotations.NullMarked;

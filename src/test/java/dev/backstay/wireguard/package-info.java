/** Pure values, held against the real {@code wg}. */
@NullMarked
package dev.backstay.wireguard;

import org.jspecify.annotations.NullMarked;

/** Clients against a responder in virtual time, and many of them against wireguard-go. */
@NullMarked
package dev.backstay.crowd;

import org.jspecify.annotations.NullMarked;

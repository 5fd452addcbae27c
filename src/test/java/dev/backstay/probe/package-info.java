/** The probe against a responder of our own in virtual time, and against wireguard-go. */
@NullMarked
package dev.backstay.probe;

import org.jspecify.annotations.NullMarked;

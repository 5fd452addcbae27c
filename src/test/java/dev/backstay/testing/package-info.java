/**
 * Real parts and honest faults for tests: OpenSSH servers and agents on loopback, links that can be
 * cut. Everything lives in a directory that the test gives, and ends when it is closed.
 */
@NullMarked
package dev.backstay.testing;

import org.jspecify.annotations.NullMarked;

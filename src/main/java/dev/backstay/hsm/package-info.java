/**
 * A key that never leaves its hardware: an AES-256 key in a PKCS#11 token (an HSM, a smart card,
 * SoftHSM), named by a URI of RFC 7512. {@link dev.backstay.hsm.TokenUri} says which, {@link
 * dev.backstay.hsm.TokenKey} encrypts and decrypts with it. Java's own provider SunPKCS11 does the
 * work; only what it cannot do, finding a token by its label, is asked of the module directly.
 *
 * <p>Uses nothing of ours but {@code problem}; called by the commands.
 */
@NullMarked
package dev.backstay.hsm;

import org.jspecify.annotations.NullMarked;

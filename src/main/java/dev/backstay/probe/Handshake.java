package dev.backstay.probe;

import java.time.Duration;

/**
 * That the gateway has answered: it has the server key and knows ours, and both have the same
 * preshared key.
 *
 * @param response from the initiation that was answered until the answer
 * @param initiations how many it took
 * @param cookies how often the gateway asked for a proof of our address first
 */
public record Handshake(Duration response, int initiations, int cookies) {}

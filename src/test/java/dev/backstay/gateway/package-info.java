/** Tests of what Backstay runs and reads on gateways. */
@NullMarked
package dev.backstay.gateway;

import org.jspecify.annotations.NullMarked;

/**
 * Who is there: gateways, how to reach them, and how a playbook selects some of them.
 *
 * <p>Nouns: {@link dev.backstay.inventory.Inventory}, {@link dev.backstay.inventory.Gateway},
 * {@link dev.backstay.inventory.Selection}. Values only; the reader turns YAML into them and
 * reports every mistake at once, each with file, line and column.
 */
@NullMarked
package dev.backstay.inventory;

import org.jspecify.annotations.NullMarked;

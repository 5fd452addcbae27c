@NullMarked
package dev.backstay.playbook;

import org.jspecify.annotations.NullMarked;

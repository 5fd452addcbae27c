package dev.backstay.snapshot;

import java.util.List;

/**
 * What a change of recipients did.
 *
 * @param commit the tip of main now
 * @param recipients who can decrypt the newest snapshots from now on
 * @param files that were encrypted anew; 0 if the recipients are the same as before, or if there is
 *     no snapshot yet
 * @param committed whether there was anything to change
 */
public record Rekeyed(String commit, List<String> recipients, int files, boolean committed) {
  public Rekeyed {
    recipients = List.copyOf(recipients);
  }
}

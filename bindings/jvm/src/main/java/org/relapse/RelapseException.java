package org.relapse;

/** What was refused, and where; never what a person answered. */
public final class RelapseException extends RuntimeException {
  private final String document;

  RelapseException(String document) {
    super(document.isEmpty() ? "memory ended" : document);
    this.document = document;
  }

  /**
   * The document {@code relapse/error/1}: kind, message, place, and the flags that a refused
   * check-in raised all the same.
   */
  public String document() {
    return document;
  }
}

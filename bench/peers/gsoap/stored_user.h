// A user as the tables hold it, and its way to and from the message.
#pragma once
#include <optional>
#include <string>
#include <vector>
#include "soapH.h"

struct UserRow {
  long long id = 0, is_context_admin = 0, password_expired = 0, enabled = 1, max_quota_mb = -1, filestore_id = 0;
  long long imap_port = 0, smtp_port = 0;
  std::optional<long long> file_bytes;
  std::string login, password_mech, display_name, given_name, sur_name, primary_email, email1, default_sender_address;
  std::string language, timezone, imap_schema, imap_host, smtp_schema, smtp_host;
};

struct Attribute {
  std::string name_space, name, value;
};

struct StoredUser {
  UserRow row;
  std::vector<std::string> aliases;
  std::vector<Attribute> attributes;
  std::string profile;  // JSON
};

// Sets a column by its name; false: there is no such column.
bool setColumn(UserRow &row, const std::string &name, const char *text, size_t length);

// Reads user.json; must be called before all below.
void readSample(const std::string &file);

// The answer where there is no database.
const StoredUser &fixedUser();

// What a create is going to store.
StoredUser requestedUser(const dat__User &requested);

// A user as answers show it, in the memory of the call.
dat__User *shownUser(struct soap *soap, const StoredUser &user);

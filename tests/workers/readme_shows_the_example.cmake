# cmake -D readme=... -D example=... -P: fails unless the README shows the example, word for word, after its first line.
file(READ "${readme}" page)
file(READ "${example}" code)
string(REGEX REPLACE "^//[^\n]*\n" "" code "${code}")
string(FIND "${page}" "```cpp\n${code}```" place)
if(place EQUAL -1)
  message(FATAL_ERROR "README.md does not show ${example} as it is: copy everything after its first line into the README's cpp block")
endif()
